//! How often bytes stand in source text: the rarer what is searched for, the seldomer a search stops.

use super::{ByteSet, letters::affinity};

/// The most frequent three letters in source text, bundles and their maps included, in this order.
const FREQUENT: &str = "\
    ion tio ent msg ing str con ons the ect ate nde est for rea ype ode res ext tes git pro der nst com ess typ \
    tur ter gst sgs gid sgi ort ile age nte end ati exp ame orm sta all del and ont ine dat out por tri che mat \
    par pec etu his urn ret rma cti ver fil ted ren ool thi rom tch ack ide tin ind rin fin val int ead jec tex \
    def ble mod pti ref tat men put omm ult tor xpe tre und ath nam omp bje ten enc ers not mit pat ase ran abl \
    act pen rro are alu pre efi lue ror unc nce rat dex per equ ith get rov ist vid ata era atc ned use que ull \
    ang set lin rep art tru ite pon mpo ces nct opt ser obj too tra ovi fro anc err fun mmi han nse ere sag uil \
    eat ies ara pac ach one cal sio ilt ali onf ini den wit esp spo ore lti imp bui nul rec ges ram esu tpu utp \
    rge rop new ive ert nfi nal ssi mes eta cre eam wor nge tar les ute ail fig ber her sol ork fer ope ure hat \
    pda ray sul ssa rra ste ues mpl ree req ire ain mbe sub ner cha ime dir din ple var sho red lea cat mer rit \
    emo let iti met our ule son ele app arg lse nes ize rev ade odu ace ote nti rce ene nod dul uti add unk des \
    oun xpo eme elt num rse ual try eso ass dep lta pos eve nch lat spe rem log ntr can eri gen bas tem nts har \
    len ign ven tha scr hen cri rac ole nin ans bra erv ial eas tag epe dif pla ins nci ync ens cce nta ars eac \
    erg ria ait umb rre ock rve sit rue syn ild unt oul gin man ust uld sto cur epo hea eng has hec eck arn wai \
    ory led als ken cie sdk sed tim nor nit ove efa aul hun fau ena ler oke ete lic ema hou ifi fal lid atu npu \
    lem igh dle cor sin awa bac sha run mai mis ume esc rip ish key tan til suc loc cto cas";

/// How often the first of them stands there, and the place at which it is half as often.
const MOST_FREQUENT: f64 = 4e-3;
const HALF: f64 = 20.0;
/// How likely a byte is to stand beside another of its kind: padding, rulers, zeros, the maps of bundles.
const REPEATED: f64 = 0.15;

/// For three letters their place in [`FREQUENT`], from 1.
static RANKS: [u16; 26 * 26 * 26] = {
    let mut ranks = [0; 26 * 26 * 26];
    let (text, mut at, mut rank) = (FREQUENT.as_bytes(), 0, 1);
    while at < text.len() {
        let mut index = 0;
        let mut place = 0;
        while place < 3 {
            index = index * 26 + (text[at + place] - b'a') as usize;
            place += 1;
        }
        ranks[index] = rank;
        rank += 1;
        at += 4;
    }
    ranks
};

/// Roughly how often three bytes stand in source text.
pub(super) fn rarity(sets: &[ByteSet]) -> f64 {
    let follow = |pair: &[ByteSet]| match pair[0] == pair[1] {
        true => REPEATED / stands(pair[1]),
        false => affinity(pair[0].0, pair[1].0),
    };
    let together = sets.iter().map(|&set| stands(set)).product::<f64>() * sets.windows(2).map(follow).product::<f64>();
    frequent(sets).map_or(together, |frequency| frequency.max(together))
}

fn stands(set: ByteSet) -> f64 {
    frequency(set.0) + if set.0 == set.1 { 0.0 } else { frequency(set.1) }
}

fn frequent(sets: &[ByteSet]) -> Option<f64> {
    let letter = |set: &ByteSet| [set.0, set.1].into_iter().find(u8::is_ascii_lowercase).map(|byte| byte - b'a');
    let index = sets.iter().try_fold(0, |index, set| Some(index * 26 + usize::from(letter(set)?)))?;
    match RANKS[index] {
        0 => None,
        rank => Some(MOST_FREQUENT / (1.0 + f64::from(rank) / HALF)),
    }
}

/// Roughly how often a byte stands in source text.
pub(crate) fn frequency(byte: u8) -> f64 {
    match byte {
        b' ' => 0.15,
        b'e' | b't' => 0.06,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 0.045,
        b'c' | b'd' | b'l' | b'p' | b'u' => 0.025,
        b'_' | b'f' | b'm' => 0.02,
        b'b' | b'g' | b'h' | b'v' | b'y' => 0.012,
        b'\n' | b'\t' | b'"' | b'(' | b')' | b',' | b'.' | b'-' | b'/' | b'*' | b';' | b':' | b'=' => 0.012,
        b'0'..=b'9' => 0.01,
        b'k' | b'w' | b'x' => 0.006,
        b'A'..=b'Z' => 0.004,
        b'j' | b'q' | b'z' => 0.002,
        _ => 0.002,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Needle;

    fn rarity_of(text: &str) -> f64 {
        rarity(&Needle::exact(text.as_bytes()).0)
    }

    #[test]
    fn what_is_frequent_in_programs_is_known() {
        assert_eq!(FREQUENT.len() % 4, 3);
        for (rarer, frequent) in [("lue", "ion"), ("key", "val"), ("muk", "key"), ("ak_", "AAA"), ("Qxj", "str")] {
            assert!(rarity_of(rarer) < rarity_of(frequent), "{rarer} {frequent}");
        }
    }
}
